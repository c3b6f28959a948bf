/** What webrtc-vad.ts uses of @echogarden/fvad-wasm 0.2.0, which has no types of its own: libfvad's functions, and its memory. */
declare module '@echogarden/fvad-wasm' {
  export interface Fvad {
    /** All of the memory as samples; another view after memory has grown. */
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    /** 0 if there is no memory left. */
    _fvad_new(): number;
    _fvad_free(instance: number): void;
    /** 0, or −1 for a mode that does not exist. */
    _fvad_set_mode(instance: number, mode: number): number;
    /** 0, or −1 for an unsupported rate. */
    _fvad_set_sample_rate(instance: number, sampleRateHz: number): number;
    /** 1 for voice, 0 for none, −1 for a wrong length. */
    _fvad_process(instance: number, frame: number, samples: number): number;
  }

  function load(): Promise<Fvad>;
  export { load as default };
}
