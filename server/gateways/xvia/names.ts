const longest = 200;

/** What no file system or portal takes in a name, the blanks of other alphabets and control characters included. */
const forbidden = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Names Windows keeps for devices. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name that every disk and portal accepts: at most 200 characters with its extension whole, no path, no control
 * characters, never empty. Pure.
 */
export const safeName = (given: string): string => {
  const clean = given
    .toWellFormed()
    .normalize('NFC')
    .replace(forbidden, '_')
    .trim()
    .replace(/[. ]+$/, '');
  const { stem, extension } = split(clean);
  const visible = stem.replace(/^[. ]+/, '');
  const named = visible === '' || reserved.test(visible) ? `_${visible}` : visible;
  return named.slice(0, longest - extension.length) + extension;
};

const split = (name: string): { stem: string; extension: string } => {
  const extension = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? '';
  return { stem: name.slice(0, name.length - extension.length), extension };
};

/** The same names in their order, those that repeat (whatever their capitals) told apart: `foto.jpg`, `foto (2).jpg`. Pure. */
export const distinctNames = (names: readonly string[]): readonly string[] => {
  const used = new Set<string>();
  return names.map((name) => {
    const { stem, extension } = split(name);
    let free = name;
    for (let n = 2; used.has(free.toLowerCase()); n++) free = `${stem.slice(0, longest - 10)} (${n})${extension}`;
    used.add(free.toLowerCase());
    return free;
  });
};
