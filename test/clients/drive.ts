import { auth, drive as driveApi } from '@googleapis/drive';
import { answer, json } from './answers.ts';
import { failing, inTurn, type Client } from './client.ts';
import type { Respond } from './stand-in.ts';

/** Google's client, of Drive. Its key travels as an OAuth access token; of an address it keeps host and port only. */
export const drive: Client = {
  name: '@googleapis/drive',
  ownPort: true,
  respond: (request, nth) => business(request, nth),
  run: ({ url, key }) => {
    const oauth = new auth.OAuth2();
    oauth.setCredentials({ access_token: key });
    const rootUrl = `${url}/`;
    const { files, permissions, about } = driveApi({ version: 'v3', auth: oauth, rootUrl, retry: true });
    // Where it uploads, it knows only the address that the call itself is told.
    const toDoor = { rootUrl };
    return inTurn({
      'about, with a mask of fields': async () =>
        (await about.get({ fields: 'user(displayName,emailAddress),storageQuota/limit' })).data,
      'a search in its own language': async () =>
        (
          await files.list({
            q: "name contains 'größe \\'x\\'' and mimeType != 'text/plain' and trashed = false",
            pageSize: 2,
            orderBy: 'modifiedTime desc,name',
          })
        ).data,
      'the next page': async () => (await files.list({ pageToken: '~!!~AI9FV7Q+/=', pageSize: 2 })).data,
      'a file made': async () =>
        (await files.create({ requestBody: { name: 'größe.txt', parents: ['root'], properties: { a: '1' } } })).data,
      'a file made with its bytes': async () =>
        (
          await files.create(
            { requestBody: { name: 'a.txt' }, media: { mimeType: 'text/plain', body: 'hällo\r\n--x' } },
            toDoor,
          )
        ).data,
      'bytes replaced': async () =>
        (await files.update({ fileId: 'f1', media: { mimeType: 'application/pdf', body: '%PDF-1.4 \u0000' } }, toDoor))
          .data,
      'a PATCH': async () => (await files.update({ fileId: 'f1', addParents: 'p1', requestBody: { name: 'b' } })).data,
      'a file downloaded': async () => (await files.get({ fileId: 'f1', alt: 'media' }, { responseType: 'text' })).data,
      'a permission given': async () =>
        (
          await permissions.create({
            fileId: 'f1',
            sendNotificationEmail: false,
            requestBody: { role: 'reader', type: 'user', emailAddress: 'a+b@example.com' },
          })
        ).data,
      'a file deleted': async () => (await files.delete({ fileId: 'f1' })).status,
      'an error answer': () => failing(() => files.get({ fileId: 'missing' })),
    });
  },
};

const business: Respond = ({ method, target, body }) => {
  if (target.startsWith('/drive/v3/files/missing'))
    return json({ error: { code: 404, message: 'File not found' } }, {}, 404);
  if (target.includes('alt=media')) return answer(200, { 'Content-Type': 'text/plain; charset=utf-8' }, 'hällo\n');
  if (method === 'DELETE') return answer(204, {});
  return json({ id: 'f1', method, bytes: body.length > 0 });
};
