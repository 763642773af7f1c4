/** A real browser for the pages of people, from the distribution's package, driven by playwright-core. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';

/**
 * Whether specs can run a browser. Without one they say so; on a build server that is a failure.
 * @throws Error under CI=true if no Chromium is installed.
 */
export function isChromiumAvailable(): boolean {
  if (existsSync(PROGRAM)) {
    return true;
  }
  const message = `${PROGRAM} is missing: apt-get install chromium fonts-dejavu-core`;
  if (process.env['CI'] === 'true') {
    throw new Error(message);
  }
  process.stderr.write(`skipping what needs a browser: ${message}\n`);
  return false;
}

export function launchChromium(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath: PROGRAM, args });
}

/** An authenticator that exists in the browser alone (WebAuthn level 3 section 11). */
export class VirtualAuthenticator {
  private constructor(
    private readonly session: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  /** A platform authenticator whose person is present and verified until told otherwise. */
  static async plugInto(page: Page): Promise<VirtualAuthenticator> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new VirtualAuthenticator(session, authenticatorId);
  }

  async setUserVerified(isUserVerified: boolean): Promise<void> {
    const { authenticatorId } = this;
    await this.session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  }

  /** The signature counter of its one credential. */
  async counter(): Promise<number> {
    const { authenticatorId } = this;
    const { credentials } = await this.session.send('WebAuthn.getCredentials', { authenticatorId });
    return credentials[0]?.signCount ?? 0;
  }
}
