"""A mail server for tests: aiosmtpd on a port of loopback. One JSON line on stdout when it listens, and one per mail it takes."""
import asyncio, base64, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

o = json.loads(sys.argv[1])

def tell(what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in o.get("refused", []):
            return "550 5.1.1 No hay tal buzon"
        if o.get("busyTimes", 0) > 0:
            o["busyTimes"] -= 1
            return "451 4.7.1 Vuelva luego"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if o.get("slow"):
            await asyncio.sleep(3600)
        tell({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None or o.get("tls") == "implicit",
            "user": session.auth_data, "raw": base64.b64encode(envelope.original_content).decode(),
        })
        return "250 Aceptado"

def authenticator(server, session, envelope, mechanism, data):
    good = data.login == b"cerebro" and data.password == b"clave-de-correo"
    return AuthResult(success=good, handled=False if not good else True, auth_data="cerebro" if good else None)

async def main():
    context = None
    if o.get("tls"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(o["cert"], o["key"])
    starttls = o.get("tls") == "starttls"
    extra = {}
    if o.get("auth"):
        extra = {"authenticator": authenticator, "auth_required": True, "auth_require_tls": bool(starttls)}
    make = lambda: SMTP(Handler(), hostname="correo.prueba", enable_SMTPUTF8=True,
                        tls_context=context if starttls else None, require_starttls=starttls, **extra)
    server = await asyncio.get_running_loop().create_server(
        make, "127.0.0.1", o.get("port", 0), ssl=context if o.get("tls") == "implicit" else None)
    tell({"port": server.sockets[0].getsockname()[1]})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    import os
    os._exit(0)

asyncio.run(main())
