// How a column of a result is sorted. NULL comes last, whatever the direction.

export type Direction = "ascending" | "descending";

const collator = new Intl.Collator("en", { numeric: true });

function compare(a: string, b: string, numeric: boolean): number {
  if (!numeric) return collator.compare(a, b);
  const [x, y] = [toNumber(a), toNumber(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x - y;
}

function toNumber(text: string): number {
  if (text === "Infinity" || text === "-Infinity") return Number(text);
  return Number.parseFloat(text.replaceAll(",", ""));
}

/** The places of `values` in sorted order; equal values keep their order. `null` stands for NULL. */
export function sortedPlaces(values: (string | null)[], numeric: boolean, direction: Direction): number[] {
  const sign = direction === "ascending" ? 1 : -1;
  return values
    .map((value, place) => ({ value, place }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        return Number(a.value === null) - Number(b.value === null) || a.place - b.place;
      }
      return sign * compare(a.value, b.value, numeric) || a.place - b.place;
    })
    .map(({ place }) => place);
}
