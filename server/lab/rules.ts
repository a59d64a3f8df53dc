/** nft rule sets of the lab's base: what WSL loads into the guest, and the stand-in for the Windows side ("flow steering"). Data only. */

/** Marks what the guest's own namespace sends, as WSL does. */
export const wslOutputRules = `table ip filter {
  chain WSLOUTPUT {
    type filter hook output priority filter;
    counter meta mark set 0x1
  }
}
`;

/** Maps the source ports of other namespaces in the guest into the range that Windows has reserved for it. */
export const wslNatRules = `table ip nat {
  chain WSLPOSTROUTING {
    type nat hook postrouting priority srcnat - 1;
    oif eth2 udp sport 1-65535 meta mark != 0x1 counter masquerade to :60000-64095
    oif eth2 tcp sport 1-65535 meta mark != 0x1 counter masquerade to :60000-64095
  }
}
`;

/** The ports that Windows holds for the guest: its client ports. A condition adds 8443, or does not. */
const reserved = 'set guest_tcp { type inet_service; flags interval; elements = { 60000-64095 }; }';

type Names = {
  readonly gatewayMac: string;
  readonly loopbackMac: string;
  readonly guestMac: string;
  readonly guestAddress: string;
};

/** Replies go back the way they came; packets for a reserved port are sent back into the guest on the cable they arrived by. */
export const fseRules = ({
  gatewayMac,
  loopbackMac,
  guestMac,
  guestAddress,
}: Names): string => `table ip fse {
  ${reserved}
  chain pre {
    type filter hook prerouting priority mangle;
    iifname winlo ct mark set 0x1
    iifname br0 ip daddr ${guestAddress} ct mark set 0x2
  }
  chain out {
    type route hook output priority mangle;
    ct mark != 0 meta mark set ct mark
    ip daddr 127.0.0.1 tcp dport @guest_tcp meta mark set 0x1
  }
}
table netdev fse {
  ${reserved}
  chain lo_in {
    type filter hook ingress device winlo priority 0;
    ip daddr 127.0.0.1 tcp dport @guest_tcp ether saddr set ${gatewayMac} ether daddr set ${loopbackMac} counter fwd to winlo
  }
  chain sw_in {
    type filter hook ingress device sw20 priority 0;
    ether daddr ${gatewayMac} ip daddr ${guestAddress} tcp dport @guest_tcp ether saddr set ${gatewayMac} ether daddr set ${guestMac} counter fwd to sw20
  }
}
`;
