import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigService } from './config.service.js';
import { ConfigWatcher } from './config-watcher.service.js';

/** Provides the configuration. It is loaded before the application, so that an invalid one ends the process. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: ConfigService): DynamicModule {
    const provider = { provide: ConfigService, useValue: config };
    return { module: ConfigModule, providers: [provider, ConfigWatcher], exports: [provider] };
  }
}
