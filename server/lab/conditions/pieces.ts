/** Operations that several conditions share. Which condition uses them is said in its own file. */

import { gateway, gatewayMac, guestAddress } from '../network.ts';
import { type Op, ops } from '../ops.ts';

/** Where facts come from, in the words of the page. */
export const sources = {
  network: 'microsoft/WSL 2.6.3, src/linux/init/NetworkManager.cpp, lines 284–427',
  windowsDecides:
    'microsoft/WSL 2.6.3, src/linux/init/NetworkManager.cpp, lines 326–327: the packets are sent out "so that Windows can decide if that traffic must be sent to Windows or back to Linux"',
  hostLoopback:
    'microsoft/WSL 2.6.3, src/windows/service/exe/WslMirroredNetworking.cpp, lines 1109, 1258 and 1312',
  tracker: 'microsoft/WSL 2.6.3, src/linux/init/GnsPortTracker.cpp, lines 17 and 203–241',
  perPort:
    'microsoft/WSL 2.6.3, WslCoreGuestNetworkService.cpp, lines 247 and 297: a reservation is made by port, not by address',
} as const;

/** Windows holds the port for the guest, or lets it go: whoever holds it is sent the packet. */
export const holdPort = (port: number): { readonly hold: readonly Op[]; readonly letGo: readonly Op[] } => {
  const element = (verb: 'add' | 'delete') =>
    ['ip', 'netdev'].map((family) => `nft ${verb} element ${family} fse guest_tcp { ${port} }`);
  const letGo = ops('windows', ...element('delete'));
  return { hold: ops('windows', ...element('add')), letGo };
};

/** What `hostAddressLoopback=true` adds: TCP and UDP to the guest's own address go to Windows as well. */
export const hostAddressLoopback = {
  on: ops(
    'backend',
    `ip neigh replace ${gateway} lladdr ${gatewayMac} nud permanent dev eth2`,
    `ip route replace ${guestAddress}/32 via ${gateway} dev eth2 proto kernel src ${guestAddress} onlink table 128`,
  ),
  // NAT mode empties both, and is taken back first.
  off: ops('backend', 'ip route flush table 128', `ip neigh del ${gateway} dev eth2`).map((op) => ({
    ...op,
    mayFail: true as const,
  })),
} as const;

/** The causes that mirrored mode itself is part of, and the one that stands for its documented observations. */
export const mirroredCauses = [
  'as-documented',
  'port-not-reserved',
  'port-not-reserved-host-loopback',
] as const;
