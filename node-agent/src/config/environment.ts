/** The only reader of the environment. Nothing secret comes from it; it says where the agent lives and how much it logs. */
import { z } from 'zod';
import { ConsiliumError } from '@consilium/shared/vocabulary';

const environmentSchema = z.object({
  /** Home folder, when the command line names none. */
  CONSILIUM_AGENT_HOME: z.string().min(1).optional(),
  CONSILIUM_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).optional(),
});

export interface Environment {
  readonly home?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
}

/** @throws ConsiliumError 'bad-configuration' naming each variable that is at fault */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const result = environmentSchema.safeParse(variables);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConsiliumError('bad-configuration', faults.join('; '));
  }
  const { CONSILIUM_AGENT_HOME: home, CONSILIUM_LOG_LEVEL: logLevel } = result.data;
  return {
    ...(home === undefined ? {} : { home }),
    ...(logLevel === undefined ? {} : { logLevel }),
  };
}

/** no-color.org: set and not empty, it turns colours off. */
export function readNoColor(variables: NodeJS.ProcessEnv = process.env): string | undefined {
  return variables['NO_COLOR'];
}

/** The usual variables for proxies; some programs write them in small letters. */
export interface ProxyEnvironment {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** Only asked where agent.yaml says `proxy: environment`. */
export function readProxyEnvironment(variables: NodeJS.ProcessEnv = process.env): ProxyEnvironment {
  const read = (name: string): string | undefined =>
    [variables[name], variables[name.toLowerCase()]].find(
      (value) => value !== undefined && value !== '',
    );
  const [httpProxy, httpsProxy, noProxy] = [
    read('HTTP_PROXY'),
    read('HTTPS_PROXY'),
    read('NO_PROXY'),
  ];
  return {
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
}

/** All variables, for the trainer's own short list of what it may inherit. */
export function wholeEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
