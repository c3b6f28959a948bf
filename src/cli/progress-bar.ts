/** A bar of blocks for a share from 0 to 1, and the share in percent. */
const BAR_CELLS = 24;

export function progressBarOf(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${Math.floor(share * 100)}%`;
}
