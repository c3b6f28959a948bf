import { BlockList, isIP } from 'node:net';

/** Some addresses of the network. */
type AddressList = (address: string) => boolean;

/** `10.0.0.5`, `10.0.0.0/8`, `2001:db8::/32`. An IPv4 address is known by its IPv6 form (`::ffff:10.0.0.5`) too. Undefined for what is no address. */
export function addressList(ranges: readonly string[]): AddressList | undefined {
  const listed = new BlockList();
  for (const range of ranges) if (!add(listed, range)) return undefined;
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = familyOf(plain);
    return family !== undefined && listed.check(plain, family);
  };
}

function add(list: BlockList, range: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const family = familyOf(address);
  const most = family === 'ipv4' ? 32 : 128;
  if (family === undefined || Number(bits ?? most) > most) return false;
  list.addSubnet(address, Number(bits ?? most), family);
  return true;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : `ipv${version === 4 ? 4 : 6}`;
}
