/** The integration of an organisation, as it is typed or as a connection card has it. */
import type { ConnectionCard } from '../backend/types/ConnectionCard';
import type { IntegrationInput } from '../backend/types/IntegrationInput';
import type { ReturnRoute } from '../backend/types/ReturnRoute';
import type { SiteKind } from '../backend/types/SiteKind';

export class Integration {
  clientId = $state('');
  clientSecret = $state('');
  route = $state<ReturnRoute>('loopback');
  /** How Data Center ties a sign-in to this computer. */
  pkce = $state<IntegrationInput['pkce']>('s256');
  card = $state.raw<ConnectionCard>();

  readonly isEmpty = $derived(this.clientId.trim() === '' && this.clientSecret.trim() === '');
  /** Whether the card holds the secret, so that it need not be typed. */
  readonly hasCardSecret = $derived(
    this.card?.secret === 'open' && this.clientId.trim() === this.card.client_id,
  );

  take(card: ConnectionCard): void {
    this.card = card;
    this.clientId = card.client_id;
    this.clientSecret = '';
    this.route = card.route;
  }

  /** Cloud knows no integration without a secret; on Data Center an admin may have switched secrets off. */
  isSecretMissing(kind: SiteKind): boolean {
    return kind === 'cloud' && this.clientSecret.trim() === '' && !this.hasCardSecret;
  }

  isIncomplete(kind: SiteKind): boolean {
    return this.clientId.trim() === '' || this.isSecretMissing(kind);
  }

  toInput(): IntegrationInput {
    const { card, route } = this;
    const clientSecret = this.clientSecret.trim();
    return {
      client_id: this.clientId.trim(),
      client_secret: clientSecret,
      card: this.hasCardSecret && clientSecret === '' ? (card?.id ?? null) : null,
      route,
      callback: card?.route === route ? card.callback : null,
      pkce: this.pkce,
    };
  }
}
