/** The same sound with half as many samples, for those who look only at what is low in it: each is the sum of two. */
export class HalfRate {
  #halved = new Float64Array(0);

  /** An even number of samples; what comes back is valid until the next call. */
  push(samples: Float64Array): Float64Array {
    const length = samples.length / 2;
    if (this.#halved.length !== length) this.#halved = new Float64Array(length);
    const halved = this.#halved;
    for (let to = 0, at = 0; to < length; to++, at += 2)
      halved[to] = (samples[at] as number) + (samples[at + 1] as number);
    return halved;
  }
}
