/** One file downloaded for an attempt. */
export type PaperFile = {
  /** Absolute path inside the attempt's folder. */
  readonly path: string;
  /** Name shown to the portal, sanitised. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
};

/**
 * The door to the papers of a recurso: the appeal PDF first, then its attachments, all of them or none.
 * @throws CerebroError with `transient` telling whether asking again may help.
 */
export type Papers = {
  download(
    paper: { resourceId: string; attachments: readonly { id: string; filename: string }[] },
    folder: string,
    signal?: AbortSignal,
  ): Promise<readonly PaperFile[]>;
  check(): Promise<void>;
};
