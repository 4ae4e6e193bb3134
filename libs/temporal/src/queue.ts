/** Task queues are named after the service that polls them; the suffix keeps several stacks on one server apart. */
export function queueName(service: string, suffix = ''): string {
  return `${service}${suffix}`;
}
