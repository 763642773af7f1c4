/**
 * All encodings of the points of small order: "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020), table 1, for
 * Ed25519; RFC 7748 section 6.1 and "May the Fourth Be With You" (Genkin, Valenta, Yarom 2017), table 2, for X25519.
 */
import { fromHex } from '../../encoding/index.js';

const ff = (first: string, last: string): string => `${first}${'ff'.repeat(30)}${last}`;
const zeros = (first: string, last: string): string => `${first}${'00'.repeat(30)}${last}`;

const ORDER_8_LOW = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc';
const ORDER_8_HIGH = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03';

/** Name of the point, then its 32 bytes. */
export const WEAK_SIGNING_KEYS: readonly (readonly [string, Uint8Array])[] = [
  ['order 1', fromHex(zeros('01', '00'))],
  ['order 2', fromHex(ff('ec', '7f'))],
  ['order 4', fromHex(zeros('00', '00'))],
  ['order 4, other sign', fromHex(zeros('00', '80'))],
  ['order 8, low', fromHex(`${ORDER_8_LOW}05`)],
  ['order 8, low, other sign', fromHex(`${ORDER_8_LOW}85`)],
  ['order 8, high', fromHex(`${ORDER_8_HIGH}7a`)],
  ['order 8, high, other sign', fromHex(`${ORDER_8_HIGH}fa`)],
  ['order 1, sign of zero', fromHex(zeros('01', '80'))],
  ['order 2, sign of zero', fromHex(ff('ec', 'ff'))],
  ['order 1, beyond the prime', fromHex(ff('ee', '7f'))],
  ['order 1, beyond the prime, sign of zero', fromHex(ff('ee', 'ff'))],
  ['order 4, beyond the prime', fromHex(ff('ed', '7f'))],
  ['order 4, beyond the prime, other sign', fromHex(ff('ed', 'ff'))],
];

const X25519_ORDER_8_LOW = 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b8';
const X25519_ORDER_8_HIGH = '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11';

/** The top bit is ignored by X25519, so each point comes twice. */
export const WEAK_BOX_KEYS: readonly (readonly [string, Uint8Array])[] = [
  ['zero', fromHex(zeros('00', '00'))],
  ['zero, top bit', fromHex(zeros('00', '80'))],
  ['one', fromHex(zeros('01', '00'))],
  ['one, top bit', fromHex(zeros('01', '80'))],
  ['order 8, low', fromHex(`${X25519_ORDER_8_LOW}00`)],
  ['order 8, low, top bit', fromHex(`${X25519_ORDER_8_LOW}80`)],
  ['order 8, high', fromHex(`${X25519_ORDER_8_HIGH}57`)],
  ['order 8, high, top bit', fromHex(`${X25519_ORDER_8_HIGH}d7`)],
  ['minus one', fromHex(ff('ec', '7f'))],
  ['minus one, top bit', fromHex(ff('ec', 'ff'))],
  ['the prime', fromHex(ff('ed', '7f'))],
  ['the prime, top bit', fromHex(ff('ed', 'ff'))],
  ['the prime plus one', fromHex(ff('ee', '7f'))],
  ['the prime plus one, top bit', fromHex(ff('ee', 'ff'))],
];
