/** One way to write each IP address: IPv4 inside IPv6 as IPv4, IPv6 at its shortest. */
export const canonicalAddress = (address: string | undefined): string => {
  const text = (address ?? '').toLowerCase();
  const mapped = /^::ffff:(\d{1,3}(\.\d{1,3}){3})$/.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  return text.includes(':') ? (URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) ?? text) : text;
};
