import pino from 'pino';
const log = pino();
log.info({ token: process.env.GITHUB_TOKEN }, 'starting');
