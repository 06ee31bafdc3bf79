/** One field of the form of an organismo; the names are the columns of `organismo_config`. */
export type Field = {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'code' | 'number' | 'flag' | 'modo' | 'robot';
  /** What it means, a paragraph each. */
  readonly help: readonly string[];
  readonly example?: string;
  readonly required?: boolean;
};

export type Section = { readonly title: string; readonly fields: readonly Field[] };

/** Explained choices of `modo`, from the most careful on. */
export const modoHelp = [
  ['simular', 'Simular: valida los datos y prepara los documentos; no abre ningún navegador.'],
  ['rellenar', 'Rellenar: llena el formulario de la sede hasta el resumen y nunca lo envía.'],
  ['aprobar', 'Aprobar: se detiene antes de enviar y espera a que una persona lo apruebe.'],
  ['enviar', 'Enviar: presenta solo, sin esperar a nadie.'],
] as const;

const whichOnes: Section = {
  title: 'Qué recursos son suyos',
  fields: [
    {
      name: 'query_organisme',
      label: 'Organismo en el origen',
      kind: 'code',
      required: true,
      example: '%XALOC%',
      help: [
        'Cómo se llama este organismo en el origen, como patrón LIKE de SQL Server: % vale por cualquier texto, _ por un carácter, [ ] por uno de varios. No distingue mayúsculas; sí los acentos.',
        'Varios patrones se separan con | y basta con que coincida uno. Los espacios no separan.',
      ],
    },
    {
      name: 'excluir_organisme',
      label: 'Excepto estos',
      kind: 'code',
      example: '%GIRONA TRANSIT%|%SCT%',
      help: ['Patrones de la misma forma que se descartan aunque coincidan con los de arriba. Vacío: no se descarta ninguno.'],
    },
    {
      name: 'filtro_texp',
      label: 'Filtro de TExp',
      kind: 'code',
      required: true,
      example: '2,3',
      help: [
        'Valores de TExp que se admiten, separados por comas. 2 es el recurso que se genera al vuelo y 3 el guardado en carpeta; el 1 no se admite, porque es lo que lleva un recurso que ya está reclamado.',
      ],
    },
    {
      name: 'regex_expediente',
      label: 'Expresión regular del expediente',
      kind: 'code',
      required: true,
      example: '^\\d{4}/\\d{6}-MUL$',
      help: [
        'El expediente, sin blanco a los lados, tiene que cumplirla entera. No se le cambia nada por dentro: lo que no la cumple se descarta con su motivo.',
        'El diseño original traía ^.{3}/.{6}-MUL$, que rechaza su propio ejemplo 2025/160585-MUL: pide tres caracteres antes de la barra y el año tiene cuatro. Cerebro se entrega con ^\\d{4}/\\d{6}-MUL$, que sí lo acepta (cuatro cifras, barra, seis cifras y -MUL).',
      ],
    },
    {
      name: 'solo_sin_asignar',
      label: 'Solo los que no tienen a nadie asignado',
      kind: 'flag',
      help: [
        'Sin marcar, un nombre que haya quedado en UsuarioAsignado no protege el recurso: se reclama igual y el nombre se guarda para poder devolverlo.',
      ],
    },
  ],
};

const howFiled: Section = {
  title: 'Cómo se presentan',
  fields: [
    { name: 'modo', label: 'Hasta dónde llega el robot', kind: 'modo', help: [] },
    {
      name: 'robot',
      label: 'Robot',
      kind: 'robot',
      help: [
        'Identificador del robot que los presenta. Vacío: el que se llame igual que el organismo. Si no existe, los trámites esperan en la cola, «sin robot».',
      ],
    },
    {
      name: 'url_template',
      label: 'Plantilla del enlace',
      kind: 'code',
      example: 'https://intranet.example/recursos?Expedient={expediente}',
      help: [
        'Enlace de cada trámite. {expediente} y {idRecurso} se cambian por los suyos, codificados. Vacío: sin enlace.',
        'No puede llevar un _token: es de una sesión y caduca con ella.',
      ],
    },
    {
      name: 'url_inicio',
      label: 'Página donde empieza el robot',
      kind: 'code',
      example: 'https://www.xalocgirona.cat/seu-electronica',
      help: [
        'Se usa cuando el enlace del trámite no es de la sede. Vacío: la que trae el robot. Tiene que ser de un origen que el robot declare.',
      ],
    },
  ],
};

const howMany: Section = {
  title: 'Cuántos y en qué orden',
  fields: [
    {
      name: 'prioridad',
      label: 'Prioridad',
      kind: 'number',
      example: '100',
      help: ['El número menor va primero. También decide quién se queda un recurso que cumple las reglas de dos organismos.'],
    },
    {
      name: 'limite_por_ciclo',
      label: 'Límite por ciclo',
      kind: 'number',
      help: ['Recursos que este organismo reclama como mucho en un ciclo. Vacío: solo cuenta el límite general (CICLO_MAX_RECLAMACIONES).'],
    },
    {
      name: 'max_en_cola',
      label: 'Máximo en cola',
      kind: 'number',
      help: ['Con tantos trámites pendientes no se reclaman más hasta que bajen. Vacío: sin máximo.'],
    },
    {
      name: 'min_equipos',
      label: 'Mínimo de puestos',
      kind: 'number',
      example: '0',
      help: ['Puestos de esta máquina que se le guardan mientras tiene trámites. Primero se sirven los mínimos de todos, por prioridad.'],
    },
    {
      name: 'max_equipos',
      label: 'Máximo de puestos',
      kind: 'number',
      example: '-1',
      help: ['Trámites suyos a la vez en esta máquina. -1 o vacío: sin máximo.'],
    },
  ],
};

/** The form, section by section; `site_id` and `active` stand apart. */
export const sections: readonly Section[] = [whichOnes, howFiled, howMany];

/** Every column the form may write. */
export const columns: readonly string[] = [
  'site_id',
  'active',
  ...sections.flatMap((section) => section.fields.map((field) => field.name)),
];

/** What each column is called on screen. */
export const labels: ReadonlyMap<string, string> = new Map(
  sections.flatMap(({ fields }) => fields.map(({ name, label }) => [name, label] as const)),
);
