/** Where servers were when they were connected to: who was on the internet once is never taken for one inside. */
import { expect, it } from 'vitest';
import { openSightings } from '../../../../api/_lib/egress/sightings.ts';

it('is known by host and port, as the URL names them', () => {
  const { note, whereIs } = openSightings();
  expect(whereIs('https://mcp.example.com/mcp')).toBeUndefined();
  note('mcp.example.com', 443, '8.8.8.8');
  note('::1', 3000, '::1');
  note('10.0.0.1', 80, '10.0.0.1');
  expect(whereIs('https://mcp.example.com/mcp')).toBe('outside');
  expect(whereIs('https://mcp.example.com:8443/mcp')).toBeUndefined();
  expect(whereIs('http://[::1]:3000/mcp')).toBe('inside');
  expect(whereIs(new URL('http://10.0.0.1/'))).toBe('inside');
});

it('stays outside when its name is turned inward', () => {
  const { note, whereIs } = openSightings();
  note('a.example.com', 443, '10.0.0.1');
  expect(whereIs('https://a.example.com/')).toBe('inside');
  note('a.example.com', 443, '8.8.8.8');
  note('a.example.com', 443, '127.0.0.1');
  expect(whereIs('https://a.example.com/')).toBe('outside');
});
