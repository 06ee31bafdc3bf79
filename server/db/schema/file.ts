/**
 * Pages of the write-ahead log (4 KiB each) after which it is folded back into the file, on every connection that writes:
 * four times SQLite's default. Each folding syncs the disk twice, and what changes often is folded once.
 */
export const checkpointPages = 4000;
