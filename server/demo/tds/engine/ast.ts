import type { SqlType } from '../types.ts';

/** A name of up to three parts: database or alias before schema, schema before table; for columns, alias before column. */
export type Name = readonly string[];

export type Expression =
  | { readonly is: 'column'; readonly name: Name }
  | { readonly is: 'star' }
  | { readonly is: 'variable'; readonly name: string }
  | { readonly is: 'number'; readonly text: string }
  | { readonly is: 'string'; readonly text: string; readonly unicode: boolean }
  | { readonly is: 'null' }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly is: 'cast'; readonly to: SqlType; readonly what: Expression; readonly style: Expression | null }
  | { readonly is: 'minus'; readonly what: Expression }
  | { readonly is: 'operation'; readonly sign: string; readonly left: Expression; readonly right: Expression };

export type Condition =
  | { readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly is: 'not'; readonly what: Condition }
  | { readonly is: 'comparison'; readonly sign: string; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'null?'; readonly what: Expression; readonly not: boolean }
  | { readonly is: 'in'; readonly what: Expression; readonly among: readonly Expression[]; readonly not: boolean }
  | {
      readonly is: 'like';
      readonly what: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | null;
      readonly not: boolean;
    };

/** `passes` = it goes past rows that others hold (READPAST) instead of waiting for them. */
export type Source = { readonly name: Name; readonly alias: string | null; readonly passes: boolean };
export type Join = { readonly kind: 'inner' | 'left'; readonly source: Source; readonly on: Condition };
export type Item = { readonly what: Expression; readonly alias: string | null };

export type Select = {
  readonly is: 'select';
  readonly top: Expression | null;
  readonly items: readonly Item[];
  readonly from: Source | null;
  readonly joins: readonly Join[];
  readonly where: Condition | null;
  readonly order: readonly { readonly what: Expression; readonly descending: boolean }[];
};

export type Update = {
  readonly is: 'update';
  readonly table: Name;
  readonly set: readonly { readonly column: string; readonly to: Expression }[];
  readonly output: { readonly items: readonly Item[]; readonly into: { table: string; columns: readonly string[] } | null } | null;
  readonly where: Condition | null;
};

export type Statement =
  | Select
  | Update
  | { readonly is: 'declare'; readonly table: string; readonly columns: readonly { readonly name: string; readonly type: SqlType }[] }
  | { readonly is: 'begin' | 'commit' | 'rollback' }
  | { readonly is: 'set'; readonly option: string; readonly value: string };
