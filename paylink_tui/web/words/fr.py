"""The page in French."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "skip": "Aller au contenu",
    "language": "Langue",
    "error": "Erreur",
    "test": "Mode test : aucun argent réel n’est échangé.",
    "demo": "Cabinet de démonstration",
    "contact": "Des questions ? Contactez {firm}",
    "trust": "Dépôt au compte en fidéicommis des clients du cabinet",
    "operating": "Paiement des factures du cabinet",
    "pay.title": "Payer {firm}",
    "pay.fixed": "Montant à payer",
    "pay.open": "Faire un paiement",
    "pay.invoice": "Payer la facture {invoice}",
    "pay.account": "Objet",
    "pay.reference": "Référence",
    "pay.invoice.number": "Facture",
    "pay.balance": "Solde dû",
    "pay.methods": "Vous pouvez payer par",
    "method.card": "Carte",
    "method.echeck": "Compte bancaire (eCheck)",
    "form.title": "Vos coordonnées",
    "form.amount": "Montant",
    "form.amount.hint": "En {currency}, par exemple {example}",
    "form.amount.invoice": "Payez le solde de {balance} en entier,"
    " ou changez le montant pour en payer une partie.",
    "form.name": "Nom complet",
    "form.email": "Adresse courriel",
    "form.email.hint": "Votre reçu y sera envoyé.",
    "form.reference": "Référence",
    "form.optional": "(facultatif)",
    "form.reference.hint": "Par exemple un numéro de facture ou de dossier",
    "form.button": "Continuer vers le paiement sécurisé",
    "form.next": "Vous saisirez ensuite votre carte ou votre compte bancaire sur la page sécurisée du"
    " prestataire de paiement. {firm} ne les voit jamais.",
    "form.nofee": "Aucuns frais ne s’ajoutent à ce que vous payez.",
    "wrong.title": "Veuillez vérifier votre saisie",
    "wrong.amount missing": "Indiquez le montant que vous voulez payer.",
    "wrong.amount unclear": "Indiquez le montant en chiffres, par exemple {example}.",
    "wrong.amount zero": "Indiquez un montant supérieur à zéro.",
    "wrong.amount large": "Ce montant est trop élevé pour être payé ici.",
    "wrong.amount over balance": "Indiquez {balance} ou moins :"
    " c’est tout ce qui reste dû sur cette facture.",
    "wrong.name missing": "Indiquez votre nom complet.",
    "wrong.name long": "Indiquez un nom de 120 caractères au plus.",
    "wrong.email missing": "Indiquez votre adresse courriel.",
    "wrong.email wrong": "Indiquez une adresse courriel comme nom@exemple.com.",
    "wrong.reference long": "Indiquez une référence de 120 caractères au plus.",
    "wrong.card number": "N’indiquez pas de numéro de carte ici ; il se saisit à la page suivante.",
    "stale.title": "Veuillez envoyer le formulaire encore une fois",
    "stale.text": "Cette page est restée ouverte longtemps ou a été modifiée ; rien n’a été envoyé."
    " Votre saisie est toujours là.",
    "notstarted.title": "Le paiement n’a pas pu commencer",
    "notstarted.text": "Le prestataire de paiement n’a pas répondu comme prévu. Rien n’a été débité."
    " Veuillez réessayer dans un instant.",
    "mine.title": "Vous avez un paiement inachevé",
    "mine.text": "Vous avez commencé à payer {amount} avec ce lien.",
    "mine.continue": "Poursuivre ce paiement",
    "mine.receipt": "Voir votre reçu",
    "unknown.title": "Ce lien ne fonctionne pas",
    "unknown.text": "Le lien de paiement est peut-être incomplet ou n’est plus utilisé."
    " Vérifiez que vous l’avez copié en entier, ou demandez-en un nouveau à {firm}.",
    "unknown.text.nofirm": "Le lien de paiement est peut-être incomplet ou n’est plus utilisé."
    " Vérifiez que vous l’avez copié en entier, ou demandez-en un nouveau.",
    "expired.title": "Ce lien a expiré",
    "expired.text": "Le délai pour payer avec ce lien est passé. Rien n’a été débité."
    " Veuillez demander un nouveau lien à {firm}.",
    "used up.title": "Ce lien a déjà servi",
    "used up.text": "Ce lien a été payé autant de fois qu’il peut l’être. Rien de plus n’a été débité."
    " Si vous voulez encore payer, demandez un nouveau lien à {firm}.",
    "paused.title": "Les paiements par ce lien sont suspendus",
    "paused.text": "Pour votre sécurité, ce lien n’accepte aucun paiement en ce moment. Rien n’a été débité."
    " Veuillez contacter {firm} ou réessayer plus tard.",
    "paid.title": "Cette facture est payée",
    "paid.text": "Il ne reste rien à payer sur cette facture. Merci.",
    "less due.title": "Le montant dû a changé",
    "less due.text": "Il reste moins à payer sur cette facture que ce lien ne demande. Rien n’a été débité."
    " Veuillez demander un nouveau lien à {firm}.",
    "unavailable.title": "Les paiements en ligne sont désactivés",
    "unavailable.text": "{firm} ne peut pas accepter de paiements ici en ce moment. Rien n’a été débité."
    " Veuillez contacter le cabinet pour payer autrement.",
    "unavailable.staff": "Pour le personnel du cabinet :",
    "toomany.title": "Veuillez patienter un instant",
    "toomany.text": "Il y a eu trop d’essais en peu de temps. Rien n’a été débité."
    " Veuillez réessayer dans {minutes} min.",
    "notfound.title": "Il n’y a pas de page ici",
    "notfound.text": "Vérifiez l’adresse, ou ouvrez encore une fois le lien que vous avez reçu.",
    "refused.title": "L’envoi n’a pas été accepté",
    "refused.text": "Le formulaire ne venait pas de notre propre page ; il n’a pas été pris en compte."
    " Rien n’a été débité. Veuillez rouvrir votre lien de paiement.",
    "toolarge.title": "C’était trop",
    "toolarge.text": "L’envoi dépasse ce que cette page accepte. Rien n’a été débité."
    " Veuillez rouvrir votre lien de paiement.",
    "failed.title": "Un problème est survenu",
    "failed.text": "Cette page n’a pas pu être affichée. Si vous étiez en train de payer, rouvrez"
    " votre lien : il indique si le paiement a été fait.",
    "receipt.thanks": "Merci. {firm} en est informé.",
    "receipt.payee": "Paiement à",
    "receipt.to": "Payé à",
    "receipt.amount": "Montant",
    "receipt.date": "Date",
    "receipt.method": "Mode de paiement",
    "receipt.last4": "{brand} se terminant par {last4}",
    "receipt.status": "État",
    "receipt.number": "Numéro de paiement",
    "receipt.refunded": "Remboursé",
    "receipt.keep": "Vous pouvez imprimer cette page ou y revenir quand vous voulez."
    " Elle ne vous débite jamais une seconde fois.",
    "state.authorized.title": "Paiement reçu",
    "state.authorized": "Reçu, en cours de traitement par la banque",
    "state.authorized.due": "Reçu ; la banque devrait le finaliser d’ici le {day}",
    "state.completed.title": "Paiement reçu",
    "state.completed": "Reçu et finalisé",
    "state.completed.on": "Reçu ; finalisé le {day}",
    "state.refunded.title": "Paiement remboursé",
    "state.refunded": "Remboursé en entier",
    "state.voided.title": "Paiement annulé",
    "state.voided": "Annulé ; rien n’est débité",
    "state.voided.text": "Ce paiement a été annulé par le cabinet. Votre banque peut l’afficher en attente"
    " pendant quelques jours.",
    "state.failed.title": "Paiement non effectué",
    "state.failed": "Non effectué ; rien n’a été débité",
    "state.failed.text": "Le paiement n’a pas abouti et rien n’a été débité.",
    "state.failed.again": "Réessayer",
    "state.returned.title": "Paiement retourné",
    "state.returned": "Retourné par la banque",
    "state.returned.text": "Votre banque a repris ce paiement. Veuillez contacter {firm}.",
    "state.pending.title": "Pas encore payé",
    "state.pending": "En attente de votre paiement",
    "state.pending.text": "Vous avez commencé ce paiement, mais il n’est pas encore fait.",
    "state.pending.continue": "Continuer vers le paiement sécurisé",
    "state.pending.restart": "Recommencer",
    "state.checking.title": "Nous vérifions votre paiement",
    "state.checking": "En cours de vérification auprès du prestataire de paiement",
    "state.checking.text": "Nous ne savons pas encore si votre paiement a pu commencer."
    " Ne payez pas une seconde fois ; revenez à cette page dans quelques minutes.",
    "state.checking.again": "Vérifier encore",
}
"""Sentences by name; names in braces are filled in."""
