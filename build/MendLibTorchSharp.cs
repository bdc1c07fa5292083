using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;

namespace Timbre.Build
{
    /// <summary>
    /// Writes a copy of <c>libLibTorchSharp.so</c> that also loads where libstdc++ is older than GCC 13.
    /// The published library asks for one symbol that is newer: <c>std::ios_base_library_init@GLIBCXX_3.4.32</c>,
    /// which only initialises the standard streams. The copy asks for <c>std::ios_base::Init::Init()@GLIBCXX_3.4</c>
    /// instead, which has the same effect and has always been there. Three edits in place; no offset changes.
    /// </summary>
    public sealed class MendLibTorchSharp : Microsoft.Build.Utilities.Task
    {
        private const string NewSymbol = "_ZSt21ios_base_library_initv";
        private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
        private const string NewVersion = "GLIBCXX_3.4.32";
        private const string OldVersion = "GLIBCXX_3.4";

        /// <summary>The library as NuGet published it.</summary>
        [Required]
        public string Source { get; set; } = "";

        /// <summary>Where the copy goes.</summary>
        [Required]
        public string Destination { get; set; } = "";

        /// <inheritdoc/>
        public override bool Execute()
        {
            byte[] image = File.ReadAllBytes(Source);
            if (!Mend(image))
                Log.LogMessage(MessageImportance.High, "{0} does not ask for {1}: copied unchanged.", Source, NewVersion);
            Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
            File.WriteAllBytes(Destination, image);
            return true;
        }

        /// <summary>Edits the ELF image; false, and no edit, when it does not ask for the newer symbol.</summary>
        /// <exception cref="InvalidDataException">The image asks for the version by other names than the one that is known.</exception>
        public static bool Mend(byte[] image)
        {
            List<int> versions = Find(image, NewVersion);
            List<int> symbols = Find(image, NewSymbol);
            if (versions.Count == 0 && symbols.Count == 0)
                return false;
            int need = FindVersionNeed(image, Hash(NewVersion));
            if (versions.Count != 1 || symbols.Count != 1 || need < 0)
                throw new InvalidDataException("libLibTorchSharp.so asks for " + NewVersion + " in a way that the build does not know how to mend.");
            Replace(image, symbols[0], NewSymbol, OldSymbol);
            Replace(image, versions[0], NewVersion, OldVersion);
            BitConverter.GetBytes(Hash(OldVersion)).CopyTo(image, need);
            return true;
        }

        /// <summary>The hash of a version's name in <c>.gnu.version_r</c> (System V ABI, "Hash Table Section").</summary>
        public static uint Hash(string name)
        {
            uint hash = 0;
            foreach (char letter in name)
            {
                hash = (hash << 4) + letter;
                uint high = hash & 0xF0000000;
                hash = (hash ^ (high >> 24)) & ~high;
            }
            return hash;
        }

        /// <summary>Offset of the <c>vna_hash</c> with that value: an Elf64_Vernaux is hash, flags, other, name offset, next.</summary>
        private static int FindVersionNeed(byte[] image, uint hash)
        {
            for (int at = 0; at + 16 <= image.Length; at += 4)
            {
                if (BitConverter.ToUInt32(image, at) == hash && BitConverter.ToUInt16(image, at + 4) == 0
                    && (BitConverter.ToUInt32(image, at + 12) == 0 || BitConverter.ToUInt32(image, at + 12) == 16))
                    return at;
            }
            return -1;
        }

        /// <summary>Where the name stands as a whole string, between two zero bytes.</summary>
        private static List<int> Find(byte[] image, string name)
        {
            byte[] bytes = Encoding.ASCII.GetBytes("\0" + name + "\0");
            var found = new List<int>();
            for (int at = 0; at + bytes.Length <= image.Length; at++)
            {
                int i = 0;
                while (i < bytes.Length && image[at + i] == bytes[i])
                    i++;
                if (i == bytes.Length)
                    found.Add(at + 1);
            }
            return found;
        }

        private static void Replace(byte[] image, int at, string from, string to)
        {
            for (int i = 0; i < from.Length; i++)
                image[at + i] = i < to.Length ? (byte)to[i] : (byte)0;
        }
    }
}
