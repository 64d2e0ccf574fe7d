/**
 * Keeps a program that we start, and whose code is not ours, on this machine: loaded with `--import` before it.
 *
 * A server that names no address would listen on every interface; here it listens on 127.0.0.1 alone. With a channel to the process
 * that started it, it tells the port that it got, and ends when that process is gone.
 */
import { Server } from 'node:net';

type Listen = (this: Server, ...args: unknown[]) => Server;

const listen = Server.prototype.listen as Listen;
const listenOnLoopback: Listen = function (...args) {
  const [port, ...rest] = args;
  // Only the form `listen(port, callback?)` leaves the address open; every other form names it.
  const isOpen = (typeof port === 'number' || typeof port === 'string') && typeof rest[0] !== 'string' && typeof rest[0] !== 'number';
  const server = isOpen ? listen.call(this, { port: Number(port), host: '127.0.0.1' }, ...rest) : listen.apply(this, args);
  this.once('listening', () => {
    const address = this.address();
    if (typeof address === 'object' && address !== null) process.send?.({ kind: 'listening', port: address.port });
  });
  return server;
};
Server.prototype.listen = listenOnLoopback as Server['listen'];

process.on('disconnect', () => process.exit());
