import { describe, expect, it } from 'vitest';
import { chooseMediaMode } from './media-mode.ts';

const modules = ['res_ari', 'chan_websocket'];

describe('the media mode', () => {
  it.each(['20.18.0', '22.8.0', '22.10.1', '23.2.0-rc1', '24.0.0', 'certified/20.18-cert1'])(
    'is stream where Asterisk %s has chan_websocket',
    (version) => {
      expect(chooseMediaMode({ version, modules }, 'stream').mode).toBe('stream');
      expect(chooseMediaMode({ version, modules }, 'auto').mode).toBe('stream');
    },
  );

  it.each(['16.28.0', '20.17.9', '21.12.0', '22.7.0', '23.1.0', 'GIT-master-1234', 'certified/20.7-cert4'])(
    'is file with Asterisk %s, which cannot tell what was heard',
    (version) => {
      expect(chooseMediaMode({ version, modules }, 'auto')).toEqual({
        mode: 'file',
        why: `Asterisk ${version} is not known to stream; 20.18, 22.8, 23.2 and later do`,
      });
    },
  );

  it('is file where chan_websocket is not loaded', () => {
    expect(chooseMediaMode({ version: '22.10.1', modules: ['res_ari'] }, 'auto')).toEqual({
      mode: 'file',
      why: 'Asterisk 22.10.1 runs without chan_websocket',
    });
  });

  it('is what the operator wants', () => {
    expect(chooseMediaMode({ version: '22.10.1', modules }, 'file').mode).toBe('file');
  });

  it('is none where the operator wants what is not possible', () => {
    expect(chooseMediaMode({ version: '18.0.0', modules }, 'stream').mode).toBe('none');
  });
});
