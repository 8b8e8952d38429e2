/** One HTTP request from its first check to its answer: admission, the page's files, then token, route and body. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessOf, bearerOf } from './access.ts';
import { admit } from './admit.ts';
import { type Answer, answerError, answerFailure, sendAnswer } from './answer.ts';
import { pageHeaders } from './answerHeaders.ts';
import { pageFile } from './pageFiles.ts';
import { readBody } from './readBody.ts';
import { type RouteContext, routesOf } from './routes.ts';

export interface HandlerContext extends RouteContext {
  /** Holds index.html, page.js and page.css. */
  readonly pageFolder: string;
  readonly onFailure: (error: unknown) => void;
  /** Somebody with a token is there: what the idle exit waits for. */
  readonly onSeen: () => void;
}

/** Never rejects: what goes wrong is answered and handed to `onFailure`. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<void> {
  try {
    const { host, origin, authorization } = request.headers;
    const admission = admit({ host, origin, url: request.url }, context.port);
    if (admission.kind === 'refused') {
      return await refuse(request, response, answerError(admission.status, admission.code, admission.message));
    }
    const { path, query } = admission;
    if (!path.startsWith('/api/')) return await sendPage(request, response, path, context);
    const { routes, ids } = routesOf(path);
    const access = accessOf(context.token, bearerOf(authorization), Date.now());
    const open = routes.some((route) => route.access === 'anyone');
    if (!open && access === null) {
      return await refuse(
        request,
        response,
        answerError(401, 'unauthorized', 'This needs the token that `callgrove ui` hands out.'),
      );
    }
    if (access !== null) context.onSeen();
    const route = routes.find(({ method }) => method === request.method);
    if (routes.length === 0)
      return await refuse(request, response, answerError(404, 'no_such_path', 'There is no such path.'));
    if (!route) return await refuse(request, response, wrongMethod(routes.map(({ method }) => method).join(', ')));
    if (route.access === 'daemon' && access !== 'daemon') {
      return await refuse(
        request,
        response,
        answerError(403, 'not_for_viewers', "This is a command's, not the page's."),
      );
    }
    const body =
      route.method === 'POST' ? await readBody(request, route.bodyBytes) : { kind: 'json' as const, value: undefined };
    if (body.kind === 'refused')
      return await refuse(request, response, answerError(body.status, body.code, body.message));
    const afterwards = (work: () => void) => response.once('close', work);
    const answer = await route.handle({ ids, query, body: body.value, access, afterwards }, context);
    await sendAnswer(response, answer);
  } catch (error) {
    context.onFailure(error);
    if (response.headersSent) response.destroy();
    else await sendAnswer(response, answerFailure(error));
  }
}

async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  context: HandlerContext,
): Promise<void> {
  const file = await pageFile(context.pageFolder, path);
  if (!file) return refuse(request, response, answerError(404, 'no_such_path', 'There is no such path.'));
  if (request.method !== 'GET') return refuse(request, response, wrongMethod('GET'));
  if (file.kind === 'missing') {
    const message = `The page was not built: ${file.file} is missing. \`npm run build\` makes it.`;
    return refuse(request, response, answerError(404, 'not_built', message));
  }
  response.writeHead(200, {
    ...pageHeaders(context.port),
    'content-type': file.type,
    'content-length': file.content.length,
  });
  response.end(file.content);
}

/** Answers without reading what the request still brings, and ends the connection with it. */
async function refuse(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) {
    response.setHeader('connection', 'close');
  }
  await sendAnswer(response, answer);
}

function wrongMethod(allowed: string): Answer {
  const error = { code: 'method_not_allowed', message: `This path takes ${allowed}.` };
  return { kind: 'error', status: 405, error, headers: { allow: allowed } };
}
