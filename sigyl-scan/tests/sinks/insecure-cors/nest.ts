import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
const app = await NestFactory.create(AppModule);
app.enableCors();
await app.listen(3000, '127.0.0.1');
