/** What a page of Pretext may do, wherever it is served: only its own files, nothing remote, nothing evaluated, framed by nobody. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Charts and virtual tables place elements by style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer of a door, page or not. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
};

/**
 * Which file of the renderer a request's path names, relative to its folder, and its media type.
 * A path without extension is a place inside the app: it answers the page. Null: no such file may be served.
 */
export function pageFile(path: string): { readonly file: string; readonly mediaType: string } | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  const parts = decoded.split('/').filter((part) => part !== '');
  const allowed = parts.every((part) => /^[\w.@ -]+$/.test(part) && !part.startsWith('.'));
  if (!allowed) return null;
  const extension = /\.(\w+)$/.exec(parts.at(-1) ?? '')?.[1];
  if (extension === undefined) return { file: 'index.html', mediaType: 'text/html; charset=utf-8' };
  const mediaType = MEDIA_TYPES[extension.toLowerCase()];
  return mediaType === undefined ? null : { file: parts.join('/'), mediaType };
}
