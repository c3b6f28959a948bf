import { describe, expect, it } from 'vitest';
import { addressList } from './address-list.ts';

describe('a list of addresses', () => {
  const has = addressList(['10.1.0.0/16', '192.0.2.7', '2001:db8::/32', '::1']);

  it.each(['10.1.255.1', '192.0.2.7', '::ffff:10.1.0.9', '2001:db8:1::2', '::1'])('holds %s', (address) => {
    expect(has?.(address)).toBe(true);
  });

  it.each(['10.2.0.1', '192.0.2.8', '::ffff:10.2.0.9', '2001:db9::1', 'somebody', ''])(
    'does not hold %s',
    (address) => {
      expect(has?.(address)).toBe(false);
    },
  );

  it.each(['10.0.0.0/33', '10.0.0', 'proxy.example.net', '10.0.0.0/8/8', '10.0.0.1/', ''])(
    'cannot be made of %j',
    (range) => {
      expect(addressList(['10.1.0.0/16', range])).toBeUndefined();
    },
  );
});
