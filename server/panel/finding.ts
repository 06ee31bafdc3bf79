/** Something the verdict is made of, the gravest first. */
export type Finding = { readonly tone: 'mal' | 'ojo' | 'espera' | 'nada'; readonly sentence: string; readonly href: string };
