import type { FastifyInstance } from 'fastify';
import { activityFields, activityItems } from './activity.ts';
import { type Item, listPage, type Page } from './envelope.ts';
import { Refusal } from './refusal.ts';
import { type Exchange, holdIfAsked, type Room } from './room.ts';
import type { Script } from './script.ts';

type ListName = 'bots' | 'equipos' | 'usuarios' | 'actividad';
type Listing = { readonly name: ListName; readonly path: string; readonly fields: readonly string[]; items(room: Room): readonly Item[] };

const listings: readonly Listing[] = [
  {
    name: 'bots',
    path: '/v2/repository/workspaces/public/files/list',
    fields: ['id', 'name', 'path', 'type', 'description'],
    items: ({ script }) => script.bots.map(toFile),
  },
  {
    name: 'equipos',
    path: '/v2/devices/list',
    fields: ['id', 'hostName', 'status'],
    items: ({ script }) => toDevices(script),
  },
  {
    name: 'usuarios',
    path: '/v2/usermanagement/users/list',
    fields: ['id', 'username', 'disabled'],
    items: ({ script }) => script.users.map(toUser),
  },
  { name: 'actividad', path: '/v3/activity/list', fields: activityFields, items: activityItems },
];

/** The lists, all with the same envelope. */
export const addListRoutes = (app: FastifyInstance, room: Room): void => {
  for (const listing of listings) app.post(listing.path, (request, reply) => answer(room, listing, { request, reply }));

  app.post('/v1/devices/runasusers/list', ({ body }) =>
    listPage(toRunAs(room.script), ['id', 'username', 'device'], body, room.script.maxPage),
  );
};

/** The page, unless a fault comes in between. @throws Refusal */
const answer = async (room: Room, { name, fields, items }: Listing, exchange: Exchange) => {
  const { faults } = room;
  if (!(await holdIfAsked(room, `pausa_${name}`, exchange))) return exchange.reply;
  if (faults.take(`${name}_403`)) throw new Refusal(403, 'PERMISSION_DENIED', 'You do not have permission to perform this action.');
  if (faults.take(`${name}_500`)) throw new Refusal(500, 'INTERNAL', 'Internal server error');
  const whole = faults.take(`${name}_vacia`) ? [] : items(room);
  const page = listPage(whole, fields, exchange.request.body, room.script.maxPage);
  if (page.page.offset > 0 && faults.take(`${name}_segunda_500`)) throw new Refusal(500, 'INTERNAL', 'Internal server error');
  if (faults.take(`${name}_cortada`)) return cutShort(exchange, page);
  return faults.take(`${name}_media_pagina`) ? { ...page, list: page.list.slice(0, Math.floor(page.list.length / 2)) } : page;
};

/** Promises the whole page, sends half of it and ends the connection. */
const cutShort = ({ reply }: Exchange, page: Page) => {
  const bytes = Buffer.from(JSON.stringify(page));
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, bytes.length / 2), () => reply.raw.destroy());
  return reply;
};

const toFile = ({ id, name, path, description = '' }: Script['bots'][number]): Item => ({
  ...{ id, name, path, description, type: 'application/vnd.aa.taskbot', folder: false, size: '20480', workspaceType: 'PUBLIC' },
});

const toDevices = ({ devices, users }: Script): Item[] => {
  const names = new Map(users.map((user) => [user.id, user.username]));
  return devices.map(({ id, hostName, connected, defaultUsers }) => ({
    ...{ id, hostName, type: 'SINGLE_USER', status: connected ? 'CONNECTED' : 'DISCONNECTED' },
    defaultUsers: defaultUsers.map((userId) => ({ id: userId, username: names.get(userId) ?? '' })),
  }));
};

const toUser = ({ id, username, licences, disabled }: Script['users'][number]): Item => ({
  ...{ id, username, disabled, licenseFeatures: licences, email: `${username}@exemple.invalid` },
});

const toRunAs = ({ devices, users }: Script): Item[] => {
  const hosts = new Map(devices.flatMap(({ hostName, defaultUsers }) => defaultUsers.map((userId) => [userId, hostName])));
  return users.map(({ id, username }) => ({ id, username, device: hosts.get(id) ?? '' }));
};
