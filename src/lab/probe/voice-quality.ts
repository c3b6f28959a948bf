/**
 * How good a line with lost packets sounds, as a mean opinion score from 1 to 4.4: the E-model of ITU-T G.107 with all its defaults but
 * loss. It knows nothing of the bot's voice itself, and delay is left out: from one end it cannot be told.
 */

/** R with all of G.107's defaults: a line without loss or echo, and with no delay that is felt. */
const R_DEFAULT = 93.2;
/**
 * G.711 impairs nothing by itself (Ie); how well it bears loss (Bpl) is 4.3 where what is lost is heard as a gap, and 25.1 where the
 * receiver conceals it (ITU-T G.113, Appendix I: G.711 without and with PLC). Meant is the first: whether the caller's phone conceals is
 * not known here, so this is the worse of the two scores.
 */
const EQUIPMENT_IMPAIRMENT = 0;
const LOSS_ROBUSTNESS = 4.3;
/** Losses that come singly, at random. */
const BURST_RATIO = 1;

/** `lossPercent`: packets that never came, or too late to be heard. */
export function estimatedMos(lossPercent: number): number {
  const loss = lossPercent / (lossPercent / BURST_RATIO + LOSS_ROBUSTNESS);
  const r = R_DEFAULT - (EQUIPMENT_IMPAIRMENT + (95 - EQUIPMENT_IMPAIRMENT) * loss);
  // G.107, Annex B.
  if (r <= 0) return 1;
  return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
}
