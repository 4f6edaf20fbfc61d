package dev.atr.examples.abuse;

import dev.atr.auth.SpoiltRequest;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;

/** Section 1: the shape of a token request. */
@Requirement({"SMART-026", "SMART-033"})
class TokenRequestShapeTest extends AbuseCases {
    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (SpoiltRequest spoilt : SpoiltRequest.all()) {
            Expected expected = spoilt.name().equals("T01 HEAD")
                    ? Expected.status(405)
                    : Expected.refused(spoilt.status(), spoilt.error());
            rows.add(new Row(
                    spoilt.name(),
                    payer -> payer.send(Request.token(spoilt.request().apply(payer.form()))),
                    expected));
        }
        rows.add(new Row(
                "T08 client_id of the client itself",
                payer -> payer.send(Request.token(
                        payer.form().with("client_id", Payer.CLIENT).encode())),
                Expected.TOKEN));
        rows.add(new Row(
                "T13 a good request", payer -> payer.present(payer.assertion().text()), Expected.TOKEN));
        return List.copyOf(rows);
    }
}
