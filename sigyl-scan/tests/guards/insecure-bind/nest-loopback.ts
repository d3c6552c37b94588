import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { McpModule } from '@rekog/mcp-nest';
@Module({ imports: [McpModule.forRoot({ name: 'notes', version: '1.0.0' })] })
class AppModule {}
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000, '127.0.0.1');
}
bootstrap();
