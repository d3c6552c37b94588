import winston from 'winston';
const logger = winston.createLogger();
logger.info(`using ${process.env.API_KEY}`);
