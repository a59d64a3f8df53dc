/** Numbers with their units, for people. */

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${round(count / 1024)} KiB`;
  return `${round(count / 1024 / 1024)} MiB`;
}

function round(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
