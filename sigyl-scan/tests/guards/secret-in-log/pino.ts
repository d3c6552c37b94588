import pino from 'pino';
const log = pino();
log.info({ hasToken: Boolean(process.env.GITHUB_TOKEN) }, 'starting');
