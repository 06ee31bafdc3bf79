/**
 * The shape of an expediente: every digit is 9, every capital A, every other letter a; the rest stands as it is. So
 * 2025/160585-MUL and 2026/000001-SAD are both 9999/999999-AAA.
 */
export const shapeOf = (expediente: string): string =>
  expediente
    .replace(/\p{Nd}/gu, '9')
    .replace(/\p{Lu}/gu, 'A')
    .replace(/(?!A)\p{L}/gu, 'a');

/** How many expedientes have a shape, and one of them. */
export type ShapeCount = { readonly shape: string; readonly count: number; readonly example: string };

/** Why a rejected value looks right. */
export type Likeness = 'forma' | 'cifras' | 'final' | 'escritura' | 'frecuente' | 'ninguno';

/** A shape the expression rejects although it looks right; `pattern` is an expression its example meets. */
export type Suspect = ShapeCount & { readonly likeness: Likeness; readonly pattern: string };

/** How each likeness is told, after «N como X:». */
export const likenesses: Readonly<Record<Likeness, string>> = {
  forma: 'su forma es la misma que la de otros que sí se aceptan',
  cifras: 'solo cambia el número de cifras respecto a los demás',
  final: 'solo cambia el final respecto a los demás',
  escritura: 'solo cambian mayúsculas, blancos o separadores respecto a los demás: puede estar mal escrito en el origen',
  frecuente: 'es una forma que se repite en este organismo',
  ninguno: 'la expresión no acepta ningún expediente de este organismo, y así es el más frecuente',
};

const mostSuspects = 6;
/** A shape that this many of the values share is no slip of the pen. */
const frequentShare = 0.05;

/**
 * The shapes of the rejected that look right, most frequent first: those like an accepted one but for the count of
 * digits, the ending or the way it is written, those that many share. Where nothing is accepted, the most frequent of
 * the rejected stands for what should be. What has no digit never looks right. Pure.
 */
export const suspectsAmong = (accepted: readonly ShapeCount[], rejected: readonly ShapeCount[]): Suspect[] => {
  const total = [...accepted, ...rejected].reduce((sum, { count }) => sum + count, 0);
  const likely = rejected.filter(({ shape }) => shape.includes('9')).sort((a, b) => b.count - a.count);
  const first = accepted.length === 0 ? likely[0] : undefined;
  const likenessOf = likenessAmong(first ? [first] : accepted, total);
  return likely
    .flatMap((one) => {
      const likeness = one === first ? 'ninguno' : likenessOf(one);
      return likeness ? [{ ...one, likeness, pattern: patternOf(one.example) }] : [];
    })
    .slice(0, mostSuspects);
};

/** What two shapes must have alike, from the closest likeness on. */
const alike: readonly (readonly [Likeness, (shape: string) => string])[] = [
  ['forma', (shape) => shape],
  ['cifras', (shape) => fewer(shape)],
  ['final', (shape) => fewer(body(shape))],
  [
    'escritura',
    (shape) =>
      fewer(
        body(shape)
          .toUpperCase()
          .replace(/\s+/g, '')
          .replace(/[^9A]+/g, '-'),
      ),
  ],
];

const fewer = (shape: string): string => shape.replace(/9+/g, '9');
/** All but what follows the last digit. */
const body = (shape: string): string => shape.replace(/[^9]+$/, '');

const likenessAmong = (accepted: readonly ShapeCount[], total: number): ((one: ShapeCount) => Likeness | null) => {
  const known = alike.map(([likeness, key]) => [likeness, key, new Set(accepted.map(({ shape }) => key(shape)))] as const);
  return ({ shape, count }) => {
    const found = known.find(([, key, keys]) => keys.has(key(shape)));
    if (found) return found[0];
    return count > 1 && count >= total * frequentShare ? 'frecuente' : null;
  };
};

/** An expression for values written like that one: its digits may be others, everything else stands. */
export const patternOf = (example: string): string =>
  `^${example.replace(/\d+|[.*+?^${}()|[\]\\]/g, (part) => (/^\d/.test(part) ? digits(part.length) : `\\${part}`))}$`;

const digits = (count: number): string => (count === 1 ? '\\d' : `\\d{${count}}`);

/** Counts shapes as rows pass by; beyond `most` different ones only those already known are counted. */
export type ShapeTally = { take(expediente: string, accepted: boolean): void; suspects(): Suspect[] };

export const createShapeTally = (most = 1000): ShapeTally => {
  const sides = { accepted: new Map<string, ShapeCount>(), rejected: new Map<string, ShapeCount>() };
  return {
    take: (expediente, accepted) => {
      const side = accepted ? sides.accepted : sides.rejected;
      const shape = shapeOf(expediente);
      const known = side.get(shape);
      if (!known && side.size >= most) return;
      side.set(shape, { shape, example: known?.example ?? expediente, count: (known?.count ?? 0) + 1 });
    },
    suspects: () => suspectsAmong([...sides.accepted.values()], [...sides.rejected.values()]),
  };
};
