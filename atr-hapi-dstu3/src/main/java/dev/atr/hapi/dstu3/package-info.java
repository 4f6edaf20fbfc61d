/**
 * For engines that live in HAPI: lists and coverages as HAPI's STU3 objects, and back.
 *
 * <p>{@link dev.atr.hapi.dstu3.HapiGroups} and {@link dev.atr.hapi.dstu3.HapiCoverages} take a {@link ca.uhn.fhir.context.FhirContext}
 * that the host has already; making one costs a second. Both go by way of JSON, so that what neither side models comes
 * through (but for ids of single values, which HAPI lets go), and a Group of HAPI's holds all its rows in memory: good for lists of some thousands. A row costs
 * what HAPI's parser costs, 20 to 40 µs and some 25 KB, forty to seventy times as much as the streaming codecs, with which
 * larger lists stay.
 *
 * <p>The other types of the guide (Patient, Practitioner, PractitionerRole, Organization, Location, RelatedPerson) are JSON
 * in this library, so they need no adapter: {@code context.newJsonParser().parseResource(text)} reads what a
 * {@code ListClient} or a download brings, and {@code encodeResourceToString} writes what a backend stores.
 *
 * <pre>{@code
 * HapiGroups groups = new HapiGroups(context);
 * AttributionList list = groups.list(group);
 * try (MemberCursor members = groups.members(group)) {
 *     ledger.importList(list, members);
 * }
 * }</pre>
 *
 * <p>HAPI is the host's: this room asks for it as <em>provided</em>, and is tested with 8.8.1.
 */
@NullMarked
package dev.atr.hapi.dstu3;

import org.jspecify.annotations.NullMarked;
