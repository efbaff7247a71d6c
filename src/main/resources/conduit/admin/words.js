// Figures as words, and what the sockets of a tunnel say about its pace. Nothing here knows the page.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytes(count) {
  let unit = 0;
  let rest = count;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${UNITS[unit]}`;
}

export const perSecond = count => `${bytes(count)}/s`;

export function number(value) {
  return value >= 100 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(1);
}

export function seconds(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  if (value > 0 && value < 0.001) {
    return `${(value * 1e6).toFixed(0)} µs`;
  }
  if (value < 1) {
    return `${(value * 1e3).toFixed(value < 0.01 ? 1 : 0)} ms`;
  }
  if (value < 60) {
    return `${value.toFixed(1)} s`;
  }
  const minutes = Math.floor(value / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(value % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The longer round trip of the two sockets, in seconds, or null. */
export function roundTrip(tunnel) {
  const both = [tunnel.client_socket, tunnel.remote_socket]
    .filter(socket => socket !== null)
    .map(socket => socket.round_trip_seconds);
  return both.length === 0 ? null : Math.max(...both);
}

const lossy = socket => socket !== null && socket.retransmitted_segments > 0;
const holds = (socket, what) => socket !== null && socket[what] > 0;

const BEFORE = {
  negotiation: 'The client has not said yet where it wants to go.',
  lookup: 'It waits for the name server.',
  connect: 'The remote has not taken the connection yet.',
  handshake: 'The parent, or the TLS of the origin, has not answered yet.',
  response: 'The origin has not answered yet.',
};

/** One sentence: who is being waited for. */
export function whySlow(tunnel) {
  if (tunnel.phase in BEFORE) {
    return BEFORE[tunnel.phase];
  }
  const {client_socket: client, remote_socket: remote} = tunnel;
  const sides = [];
  if (holds(client, 'unsent_bytes')) {
    sides.push(`The client takes less than there is: ${bytes(client.unsent_bytes)} wait to be sent to it.`);
  }
  if (holds(remote, 'unsent_bytes')) {
    sides.push(`The remote takes less than there is: ${bytes(remote.unsent_bytes)} wait to be sent to it.`);
  }
  if (sides.length > 0) {
    return sides.join(' ') + losses(client, remote);
  }
  if (holds(client, 'unread_bytes') || holds(remote, 'unread_bytes')) {
    return 'Bytes wait to be moved: conduit is busy, or a rate holds them.' + losses(client, remote);
  }
  if (tunnel.idle_seconds >= 5) {
    return `Neither side has sent anything for ${seconds(tunnel.idle_seconds)}.` + losses(client, remote);
  }
  return 'Whatever comes is passed on at once.' + losses(client, remote);
}

function losses(client, remote) {
  const where = [lossy(client) && 'the client', lossy(remote) && 'the remote'].filter(Boolean);
  return where.length === 0
    ? ''
    : ` Segments were lost on the way to ${where.join(' and ')}, and sent again.`;
}
