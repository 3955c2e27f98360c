import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigService } from './config.service.js';
import { ConfigWatcher } from './config-watcher.service.js';

/** The configuration, which is loaded before there is an application: a bad one ends the process with a clear list. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: ConfigService): DynamicModule {
    const provider = { provide: ConfigService, useValue: config };
    return { module: ConfigModule, providers: [provider, ConfigWatcher], exports: [provider] };
  }
}
