import { describe, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import type { AriChannel } from './ari/ari-port.ts';
import { colleagueOf, deleteLeftBehind, nameOfChannel, ourName } from './left-behind.ts';

const APP = 'voicebot';

/** An Asterisk with these things in it; what is deleted is gone. */
class Pbx {
  readonly #channels: AriChannel[];
  #recordings: readonly string[];
  #bridges: readonly string[];

  constructor(has: {
    channels?: readonly (Partial<AriChannel> & { id: string })[];
    recordings?: readonly string[];
    bridges?: readonly string[];
  }) {
    this.#channels = (has.channels ?? []).map((channel) => ({ ...CALLER, ...channel }));
    this.#recordings = has.recordings ?? [];
    this.#bridges = has.bridges ?? [];
  }

  readonly hungUp: string[] = [];
  channels = async () => this.#channels;
  hangup = async (id: string) => void this.hungUp.push(id);
  bridges = async () => this.#bridges;
  destroyBridge = async (id: string) => void (this.#bridges = this.#bridges.filter((other) => other !== id));
  storedRecordings = async () => this.#recordings;
  deleteRecording = async (name: string) =>
    void (this.#recordings = this.#recordings.filter((other) => other !== name));

  async tidied(...live: readonly string[]) {
    const isJoined = (id: string) => id === 'joined';
    const options = { ari: this, app: APP, liveCalls: () => live, isJoined, log: silentLog };
    const callers = await deleteLeftBehind(options);
    const [bridges, recordings] = [this.#bridges, this.#recordings];
    return { callers: callers.map(({ id }) => id), bridges, recordings, hungUp: this.hungUp };
  }
}

const CALLER: AriChannel = {
  id: '',
  name: 'PJSIP/1001-00000001',
  state: 'Up',
  caller: { number: '1001', name: '' },
  context: 'phones',
  extension: '100',
  stasis: { app: APP, args: ['default'] },
};
const callOn = (channelId: string) => `${nameOfChannel(channelId)}ab12cd34`;
const recordingOf = (channelId: string) => `${ourName(callOn(channelId))}-0`;

describe('what a crash has left', () => {
  it('is deleted, but not what belongs to a call that goes on, here or at another Parley', async () => {
    const pbx = new Pbx({
      channels: [{ id: '1.1' }, { id: 'PBX/1.2', stasis: { app: 'other', args: [] } }],
      recordings: ['1.1', '1.10', 'PBX/1.2', 'PBX/1.20'].map(recordingOf),
      bridges: ['1.1', '1.10', 'PBX/1.2'].map(callOn).map(ourName),
    });
    expect(await pbx.tidied(callOn('1.1'))).toMatchObject({
      recordings: ['1.1', 'PBX/1.2'].map(recordingOf),
      bridges: ['1.1', 'PBX/1.2'].map(callOn).map(ourName),
    });
  });

  it('is deleted also of a call whose caller is still there', async () => {
    const pbx = new Pbx({
      channels: [
        { id: '1.1' },
        { id: `parley-ear-${callOn('1.1')}`, name: 'Snoop/1.1-00000000' },
        { id: 'parley-media-1.2-0', name: 'WebSocket/INCOMING/0x1' },
        { id: `parley-ear-${callOn('1.3')}`, name: 'Snoop/1.3-00000000' },
      ],
      recordings: [recordingOf('1.1')],
      bridges: [ourName(callOn('1.1'))],
    });
    expect(await pbx.tidied(callOn('1.3'))).toEqual({
      callers: ['1.1'],
      bridges: [],
      recordings: [],
      hungUp: [`parley-ear-${callOn('1.1')}`, 'parley-media-1.2-0'],
    });
  });

  it("is not confused with what is the operator's own", async () => {
    const own = { recordings: ['voicemail-7', 'my/parley-0'], bridges: ['conference'] };
    expect(await new Pbx(own).tidied()).toMatchObject(own);
  });

  it('hangs up colleagues who were rung for a dead call, and no others', async () => {
    const [live, dead] = [colleagueOf(callOn('1.3'), 0), colleagueOf(callOn('1.1'), 0)];
    const pbx = new Pbx({
      channels: [
        { id: '1.3' },
        { id: live, name: 'PJSIP/201-1' },
        { id: dead, name: 'PJSIP/201-2' },
        { id: 'joined', name: 'PJSIP/201-3' },
      ],
    });
    const { callers, hungUp } = await pbx.tidied(callOn('1.3'));
    expect(hungUp).toEqual([dead]);
    expect(callers).toEqual(['1.3']);
  });

  it('tells of callers in no other application than ours', async () => {
    const pbx = new Pbx({
      channels: [
        { id: '1.1' },
        { id: '1.2', stasis: undefined },
        { id: '1.3', stasis: { app: 'other', args: [] } },
      ],
    });
    expect((await pbx.tidied()).callers).toEqual(['1.1']);
  });
});
