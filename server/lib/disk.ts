/** Megabytes (of a million bytes, as the settings and the pages count them) that a disk has free for us. Pure. */
export const freeMb = ({ bavail, bsize }: { readonly bavail: number; readonly bsize: number }): number =>
  Math.floor((bavail * bsize) / 1e6);
