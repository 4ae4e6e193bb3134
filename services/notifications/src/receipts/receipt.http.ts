import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { Open } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import type { Invariant } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { ProblemError, invalidInput, problem, type ArrearsRequest } from '@arrears/service';
import { CLOCK, DATABASE, DOOR, RECEIPT_SECRETS, VIOLATED, type ReceiptSecrets } from '../tokens.js';
import type { Door } from './door.js';
import { receiptSchema, takeReceipt } from './receipt.service.js';
import { requireSignature } from './signed-provider.js';

/** Where providers report what became of a message. No token: the signature over the very bytes is the proof. */
@Controller('receipts')
export class ReceiptHttp {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RECEIPT_SECRETS) private readonly secrets: ReceiptSecrets,
    @Inject(DOOR) private readonly door: Door,
    @Inject(VIOLATED) private readonly violated: (invariant: Invariant) => void,
  ) {}

  @Post(':provider')
  @HttpCode(200)
  @Open('a provider signs its receipts')
  async take(@Param('provider') provider: string, @Req() request: ArrearsRequest, @Body() body: unknown) {
    const known = this.secrets.has(provider) ? provider : 'other';
    try {
      requireSignature(this.secrets, provider, request, this.clock);
      const answer = await this.taken(provider, body);
      this.door.note({ what: 'receipt', provider: known, outcome: answer });
      return { answer };
    } catch (error) {
      if (error instanceof ProblemError) this.door.refused({ what: 'receipt', provider: known, outcome: error.code });
      throw error;
    }
  }

  private async taken(provider: string, body: unknown) {
    const receipt = receiptSchema.safeParse(body);
    if (!receipt.success) throw invalidInput(receipt.error.issues);
    const parts = { db: this.db, clock: this.clock, violated: this.violated };
    const answer = await takeReceipt(parts, provider, receipt.data);
    if (answer === 'unknown-message')
      throw problem('not-found', 'No message of this provider has that client reference.');
    if (answer === 'from-the-future')
      throw problem('invalid-input', 'The receipt tells of a time that has not come.', [
        { path: 'at', message: 'not later than now' },
      ]);
    return answer;
  }
}
