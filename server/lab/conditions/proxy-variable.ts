/** The network is healthy, and a variable of the login shell leads curl elsewhere. */

import type { Cause } from './condition.ts';
import { healthy } from './healthy.ts';

const proxy = 'http://127.0.0.1:7890';

export const proxyVariable: Cause = {
  kind: 'cause',
  name: 'proxy-variable',
  title: 'A proxy variable in the shell',
  about:
    'The login shell of .20 exports a proxy that does not run. A plain curl to 127.0.0.1:8443 dials the proxy’s port instead and is refused at once, and a capture of port 8443 shows nothing, on any interface. The same curl with --noproxy gets 200: the network is healthy. ' +
    'WSL’s autoProxy, on by default, sets such variables.',
  mechanism: `As healthy; sessions of the login user on .20 get http_proxy, https_proxy and their upper-case forms, all ${proxy}, on which nothing listens.`,
  closeness:
    'The variables reach every session over ssh and every order to the lab as the login user. On a real machine they may be set for some shells only. All other checks use curl with --noproxy and are not fooled.',
  sources: [
    'MicrosoftDocs/WSL: the setting autoProxy, true by default, sets proxy variables',
    'Measured in the lab (case H): curl says "Failed to connect to 127.0.0.1 port 7890"',
  ],
  apply: healthy.apply,
  undo: healthy.undo,
  parts: [
    {
      kind: 'environment',
      on: 'backend',
      variables: { http_proxy: proxy, https_proxy: proxy, HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
    },
  ],
};
