import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../preload/contract/errors.ts';

/** A fresh secret of 256 random bits, as text that fits in an address. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Name of the cookie that carries this token: each server has its own, because browsers share cookies among ports. */
export function cookieName(token: string): string {
  return `pretext-${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
}

/** Value of Set-Cookie: out of scripts' reach, never sent with a request that another site causes. */
export function cookieHeader(token: string): string {
  return `${cookieName(token)}=${token}; Path=/; HttpOnly; SameSite=Strict`;
}

export interface GuardedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly url: URL;
}

/** How a request showed that it may come in. */
export type Admission = 'address' | 'cookie' | 'header';

/**
 * Lets in who knows the token and comes from a page of this very address (loopback under any port, so that a port
 * forwarded by SSH works).
 * @throws AppError forbidden
 */
export function admit(request: GuardedRequest, token: string): Admission {
  checkHost(request.headers);
  checkOrigin(request.headers);
  const admission = findToken(request, token);
  if (admission) return admission;
  throw new AppError({
    code: 'forbidden',
    message: 'This address needs the token that Pretext printed when it started.',
    hint: 'Open the complete address, with ?token=…, from the terminal where Pretext runs.',
  });
}

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** A foreign name that was made to point here (DNS rebinding) stands in Host. */
function checkHost(headers: IncomingHttpHeaders): void {
  if (headers.host !== undefined && LOOPBACK.test(headers.host)) return;
  throw new AppError({
    code: 'forbidden',
    message: `Host ${JSON.stringify(headers.host ?? '')} is not this machine's loopback address.`,
    hint: 'Use http://127.0.0.1 or http://localhost; from elsewhere, forward the port with SSH.',
  });
}

/** Another page on loopback is another origin, and another site's request says so. */
function checkOrigin(headers: IncomingHttpHeaders): void {
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${headers.host ?? ''}`.toLowerCase()) {
    throw new AppError({
      code: 'forbidden',
      message: `A page of ${JSON.stringify(origin)} may not use Pretext.`,
      hint: 'Open Pretext in a tab of its own.',
    });
  }
}

/**
 * Refuses what another site's page causes without an Origin header, such as an image's request.
 * @throws AppError forbidden
 */
export function checkFetchSite(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new AppError({
    code: 'forbidden',
    message: `A ${String(site)} request may not use Pretext.`,
    hint: 'Open Pretext in a tab of its own.',
  });
}

function findToken({ headers, url }: GuardedRequest, token: string): Admission | null {
  if (same(url.searchParams.get('token'), token)) return 'address';
  if (same(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1], token)) return 'header';
  return same(readCookie(headers.cookie, cookieName(token)), token) ? 'cookie' : null;
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = (header ?? '').split(/; */).find((candidate) => candidate.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** Compares in constant time: digests have equal length whatever was given. */
function same(given: string | null | undefined, token: string): boolean {
  if (given === null || given === undefined) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
