import { describe, expect, it } from '@jest/globals';
import { isFromOwnPage } from './csrf.js';
import { endsAt, newSecret, pathWithin, secretIn, setCookie, standingOf } from './session.js';

const limits = { idleMs: 1_800_000, longestMs: 36_000_000 };
const publicUrl = new URL('https://console.bank.example');

describe('a session', () => {
  const times = { createdAt: 0, seenAt: 0, tokenEndsAt: 300_000 };

  it('is renewed a minute before its token ends, so that no request is refused first', () => {
    expect(standingOf(times, 239_999, limits)).toBe('live');
    expect(standingOf(times, 240_000, limits)).toBe('due-for-renewal');
    expect(standingOf(times, 1_000_000, limits)).toBe('due-for-renewal');
  });

  it('ends when nobody used it, and after its longest time however busy', () => {
    expect(standingOf(times, 1_800_000, limits)).toBe('ended');
    const busy = { createdAt: 0, seenAt: 35_999_000, tokenEndsAt: 36_100_000 };
    expect(standingOf(busy, 35_999_999, limits)).toBe('live');
    expect(standingOf(busy, 36_000_000, limits)).toBe('ended');
    expect(endsAt(busy, limits)).toBe(36_000_000);
  });
});

describe('its cookie', () => {
  it('goes over a secure way to this host only, and no script reads it', () => {
    expect(setCookie('__Host-arrears', 'x')).toBe('__Host-arrears=x; Path=/; Secure; HttpOnly; SameSite=Lax');
  });

  it('is found among others, and only when it looks like one of ours', () => {
    const secret = newSecret();
    expect(secretIn(`a=1; __Host-arrears=${secret}; b=2`, '__Host-arrears')).toBe(secret);
    expect(secretIn(`__Host-arrears-login=${secret}`, '__Host-arrears')).toBeNull();
    expect(secretIn('__Host-arrears=short', '__Host-arrears')).toBeNull();
    expect(secretIn(undefined, '__Host-arrears')).toBeNull();
  });
});

describe('the way back after a login', () => {
  it.each(['/cases?stage=letter&at=3', '/', '/system'])('may be %s', (path) => {
    expect(pathWithin(path, publicUrl)).toBe(path);
  });

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    '/session/login',
    '/api/me',
    `/${'x'.repeat(3000)}`,
    undefined,
  ])('is never %s', (path) => {
    expect(pathWithin(path, publicUrl)).toBe('/');
  });
});

describe('a request that changes something', () => {
  const own = { 'x-arrears-console': '1', origin: 'https://console.bank.example' };

  it('comes from a page of ours: with our header and our origin', () => {
    expect(isFromOwnPage({ method: 'POST', headers: own }, publicUrl)).toBe(true);
  });

  it.each([
    ['a form of another site', { origin: 'https://elsewhere.example' }],
    ['a script of another site', { ...own, origin: 'https://elsewhere.example' }],
    ['a page that hides where it is', { ...own, origin: 'null' }],
    ['a program that has stolen the cookie', { 'x-arrears-console': '1' }],
    ['our origin without our header', { origin: own.origin }],
  ])('is refused from %s', (_who, headers) => {
    expect(isFromOwnPage({ method: 'POST', headers }, publicUrl)).toBe(false);
  });

  it('asks nothing of one that only reads', () => {
    expect(isFromOwnPage({ method: 'GET', headers: {} }, publicUrl)).toBe(true);
  });
});
