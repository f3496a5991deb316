import ipaddr from 'ipaddr.js'

/**
 * Who a client is taken for by its address: an IPv4 address by itself, an IPv6 address by its /64, which is what
 * one subscriber has. All that is no address counts as one.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  // One written as `::ffff:192.0.2.1` is the IPv4 address that it stands for.
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${Buffer.from(parsed.toByteArray().slice(0, 8)).toString('hex')}/64`
}
