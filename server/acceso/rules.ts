const loopbackNames = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:127(\.\d{1,3}){3}\])$/i;

/** Whether a Host header (`name`, `name:port`) is a loopback name or address. */
export const isLoopbackHost = (host: string | undefined): boolean => loopbackNames.test((host ?? '').replace(/:\d*$/, ''));

/** Whether the Origin header names the very address the request was sent to. */
export const isOwnOrigin = (origin: string | undefined, address: { protocol: string; host: string }): boolean =>
  origin !== undefined && origin.toLowerCase() === `${address.protocol}://${address.host}`.toLowerCase();

/** What every page may load (PANEL.md): its own scripts, styles and pictures, and nothing written inside the page. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
