/** A recurso at the source after the campaign. */
export type SourceFact = {
  readonly id: string | null;
  readonly texp: number | null;
  readonly estado: number | null;
  readonly usuario: string;
};

export type TramiteFact = {
  readonly id: number;
  readonly siteId: string;
  readonly resourceId: string;
  readonly expediente: string;
  readonly status: string;
  readonly attempts: number;
  readonly errorCode: string | null;
  /** Register number of its result. */
  readonly numero: string | null;
  /** Some robot serves its organismo. */
  readonly served: boolean;
};

export type AttemptFact = {
  readonly tramiteId: number;
  readonly intento: number;
  readonly estado: string;
  readonly fase: string | null;
};

/** A file the database speaks of, and whether it is on disk as described. */
export type FileFact = {
  readonly tramiteId: number;
  readonly intento: number;
  readonly file: string;
  /** `pantalla` is the last capture, to which the trámite itself points. */
  readonly kind: 'captura' | 'pantalla' | 'justificante';
  readonly intact: boolean;
};

export type RegisterFact = { readonly numero: string; readonly expediente: string };

/** An attempt that was under way when the group was killed, read before anything was started again. */
export type Sighting = { readonly kill: number; readonly tramiteId: number; readonly intento: number; readonly fase: string };

/** Everything the campaign left behind, read after the last drain. */
export type Facts = {
  readonly botUser: string;
  readonly source: readonly SourceFact[];
  /** idRecurso of those that must end filed, or in review if a death made them doubtful. */
  readonly fileable: readonly string[];
  readonly intents: readonly { readonly resourceId: string; readonly state: string }[];
  readonly tramites: readonly TramiteFact[];
  readonly attempts: readonly AttemptFact[];
  readonly files: readonly FileFact[];
  readonly register: readonly RegisterFact[];
  readonly sightings: readonly Sighting[];
};
