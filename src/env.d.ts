/** What a page hands to the components that its MDX names. */
declare namespace App {
  interface Locals {
    facts: import('./components/page/facts.ts').PageFacts;
  }
}
