import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** The document of what is really routed: paths from the controllers, shapes from their zod schemas. */
export function openApiDocument(app: INestApplication, of: { name: string; version: string }): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(`Arrears ${of.name}`)
    .setVersion(of.version)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
}
